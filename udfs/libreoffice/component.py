"""The UNO component of the extension: the functions as a Calc add-in, and the job for documents' events."""

import sys
from pathlib import Path

# LibreOffice appends this folder to the search path; another qa_excel on it must not come first.
sys.path.insert(0, str(Path(__file__).parent / "pythonpath"))

import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob
from qa_excel_calc.asking import FUNCTIONS, answer, method_name, to_any
from qa_excel_calc.books import Books
from qa_excel_calc.events import EVENTS, macro_value
from qaexcel import XFunctions

ADD_IN, JOB = "qaexcel.Functions", "qaexcel.Job"
_BY_METHOD = {method_name(name): function for name, function in FUNCTIONS.items()}
_BOOKS = Books()


class Functions(unohelper.Base, XFunctions, XAddIn, XServiceName, XServiceInfo):
    """The add-in. Its functions' methods are made from the declarations below the class."""

    def __init__(self, context):
        self.context = context
        self.locale = None

    def getServiceName(self):
        return ADD_IN

    def getImplementationName(self):
        return ADD_IN

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (ADD_IN, "com.sun.star.sheet.AddIn")

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getProgrammaticFuntionName(self, display_name):  # UNO spells it so
        return method_name(display_name.upper())

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
        """Thai, unless the program speaks English."""
        return text.get("en" if self.locale and self.locale.Language == "en" else "th")


def _method(function):
    def reading(self, document, *given):
        return answer(function, given, _BOOKS.of(self.context, document))

    def plain(self, *given):
        return answer(function, given)

    return reading if function.reads else plain


for _name, _function in _BY_METHOD.items():
    setattr(Functions, _name, _method(_function))


class Job(unohelper.Base, XJob, XServiceInfo):
    """Runs at documents' events (Jobs.xcu), and gives the macros of saved formulas their values."""

    def __init__(self, context):
        self.context = context

    def getImplementationName(self):
        return JOB

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (JOB, "com.sun.star.task.Job")

    def execute(self, arguments):
        given = {argument.Name: argument.Value for argument in arguments}
        if "Function" in given:
            return to_any(macro_value(_BOOKS, given["Function"], given["Arguments"]))
        environment = {entry.Name: entry.Value for entry in given.get("Environment", ())}
        document = environment.get("Model")
        event = EVENTS.get(environment.get("EventName"))
        if event and document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            event(self.context, document, _BOOKS)
        return None


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, ADD_IN, (ADD_IN, "com.sun.star.sheet.AddIn"))
g_ImplementationHelper.addImplementation(Job, JOB, (JOB, "com.sun.star.task.Job"))
