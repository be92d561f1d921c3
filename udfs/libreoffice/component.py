"""The UNO component of the extension: the functions as a Calc add-in, and the job for documents' events."""

import sys
from pathlib import Path

if sys.version_info < (3, 10):  # noqa: UP036 (LibreOffice brings its own)
    raise ImportError("qa-excel needs a LibreOffice whose Python is 3.10 or later")
# LibreOffice appends this folder to the search path; another qa_excel on it must not come first.
sys.path.insert(0, str(Path(__file__).parent / "pythonpath"))

import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob
from qa_excel_calc.asking import answer_of, has_block, method_name, question_of
from qa_excel_calc.books import Books, as_any, cover_of
from qa_excel_calc.events import EVENTS
from qa_excel_calc.formulas import SERVICE
from qa_excel_calc.logicals import with_truths_in_blocks
from qaexcel import XFunctions

from qa_excel.doors.functions.functions import FUNCTIONS
from qa_excel.doors.functions.sheets import Later, Sheets

JOB = "qaexcel.Job"
_BY_METHOD = {method_name(name): function for name, function in FUNCTIONS.items()}
_BOOKS = Books()


class _Service(XServiceInfo):
    """What every UNO service says about itself."""

    names = ()

    def getImplementationName(self):
        return self.names[0]

    def supportsService(self, name):
        return name in self.names

    def getSupportedServiceNames(self):
        return self.names


class Functions(unohelper.Base, _Service, XFunctions, XAddIn, XServiceName):
    """The add-in. The methods of its functions are made from their declarations, below the class."""

    names = (SERVICE, "com.sun.star.sheet.AddIn")

    def __init__(self, context):
        self.context = context
        self.locale = None

    def getServiceName(self):
        return SERVICE

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getProgrammaticFuntionName(self, display_name):  # UNO spells it so
        return method_name(display_name)

    def getDisplayFunctionName(self, method):
        return _BY_METHOD[method].name if method in _BY_METHOD else ""

    def getFunctionDescription(self, method):
        return self._text(_BY_METHOD[method].help) if method in _BY_METHOD else ""

    def getDisplayArgumentName(self, method, number):
        return self._argument(method, number).name

    def getArgumentDescription(self, method, number):
        return self._text(self._argument(method, number).help)

    def getProgrammaticCategoryName(self, method):
        return "Add-In"

    def getDisplayCategoryName(self, method):
        return "Add-In"

    def _argument(self, method, number):
        function = _BY_METHOD[method]
        return function.arguments[number - function.reads]

    def _text(self, text):
        """Thai, unless LibreOffice speaks English."""
        return text.get("en" if self.locale and self.locale.Language == "en" else "th")


def _method(function):
    """The method of a function; Calc hands over the calling document to one that reads it."""

    def reading(self, document, *given):
        question = question_of(function, given)
        if has_block(function, question):
            cover = Sheets(Later(lambda: cover_of(document)))
            return as_any(answer_of(with_truths_in_blocks(document, question), cover))
        return _BOOKS.of(self.context, document).live(question)

    def plain(self, *given):
        return as_any(answer_of(question_of(function, given), Sheets({})))

    return reading if function.reads else plain


for _name, _function in _BY_METHOD.items():
    setattr(Functions, _name, _method(_function))


class Job(unohelper.Base, _Service, XJob):
    """Runs at the documents' events that Jobs.xcu names."""

    names = (JOB, "com.sun.star.task.Job")

    def __init__(self, context):
        self.context = context

    def execute(self, arguments):
        given = {argument.Name: argument.Value for argument in arguments}
        environment = {entry.Name: entry.Value for entry in given.get("Environment", ())}
        event, document = EVENTS.get(environment.get("EventName")), environment.get("Model")
        if event and document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            event(self.context, document, _BOOKS)


g_ImplementationHelper = unohelper.ImplementationHelper()
for _implementation in (Functions, Job):
    g_ImplementationHelper.addImplementation(_implementation, _implementation.names[0], _implementation.names)
